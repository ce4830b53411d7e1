-- create
insert ignore into viewers (user_id, created_at, updated_at)
select ?, ?, ?
from (select 1 as one) as nobody
where not exists (select 1
from erased_viewers
where user_hash = ?
and refused_until > ?);

-- findByUserId
select id, user_id as userId, display_name as displayName, region_code as regionCode, maturity, revision, created_at as createdAt
from viewers
where user_id = ?
limit ?;

-- listLanguages
select named.code as code, named.name as name
from viewer_languages as link
inner join languages as named on named.code = link.language_code
where link.viewer_id = ?
order by link.position asc, named.code asc;

-- listGenres
select named.code as code, named.name as name
from viewer_genres as link
inner join genres as named on named.code = link.genre_code
where link.viewer_id = ?
order by link.position asc, named.code asc;

-- listServices
select service_code
from viewer_services
where viewer_id = ?
order by position asc, service_code asc;

-- listPage, first page
select viewer_id as viewerId, title_id as titleId, half_stars as stars, rated_at as ratedAt
from viewer_ratings
where viewer_id = ?
order by rated_at desc, title_id desc
limit ?;

-- listPage with its length
select viewer_id as viewerId, title_id as titleId, half_stars as stars, rated_at as ratedAt, (select count(*) as count
from viewer_ratings
where viewer_id = ?) as total
from viewer_ratings
where viewer_id = ?
order by rated_at desc, title_id desc
limit ?;

-- listPage, backwards from a cursor
insert into viewer_ratings (viewer_id, title_id, half_stars, rated_at) values (?, ?, ?, ?) on duplicate key update half_stars = values(half_stars), rated_at = values(rated_at);

update viewers set revision = revision + ?
where id in (?);

select viewer_id as viewerId, title_id as titleId, half_stars as stars, rated_at as ratedAt
from viewer_ratings
where viewer_id = ?
order by rated_at desc, title_id desc
limit ?;

select viewer_id as viewerId, title_id as titleId, half_stars as stars, rated_at as ratedAt
from viewer_ratings
where viewer_id = ?
and rated_at >= ?
and (rated_at > ? or title_id > ?)
order by rated_at asc, title_id asc
limit ?;

-- findAbout
select viewer_id as viewerId, title_id as titleId, progress_seconds as progressSeconds, progress_percent as progressPercent, is_completed as isCompleted, watched_at as watchedAt
from history_entries
where viewer_id = ?
and title_id in (?, ?);

-- findProfile
select ? as list, language_code as code, position
from viewer_languages
where viewer_id = ?
union all select ? as list, genre_code as code, position
from viewer_genres
where viewer_id = ?
union all select ? as list, service_code as code, position
from viewer_services
where viewer_id = ?;

-- listAllFeedback, ratings
select viewer_id as viewerId, title_id as titleId, half_stars as stars, rated_at as ratedAt
from viewer_ratings
where viewer_id = ?
order by rated_at desc, title_id desc;

-- streamFeedback, ratings
select viewer_id as viewerId, title_id as titleId, half_stars as stars, rated_at as ratedAt
from viewer_ratings
where viewer_id >= ?
and (viewer_id > ? or title_id > ?)
order by viewer_id asc, title_id asc
limit ?;
