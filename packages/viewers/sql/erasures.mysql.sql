-- exportViewer
select ? as list, language_code as code, position
from viewer_languages
where viewer_id = ?
union all select ? as list, genre_code as code, position
from viewer_genres
where viewer_id = ?
union all select ? as list, service_code as code, position
from viewer_services
where viewer_id = ?;

select viewer_id as viewerId, title_id as titleId, half_stars as stars, rated_at as ratedAt
from viewer_ratings
where viewer_id = ?
order by rated_at desc, title_id desc;

select viewer_id as viewerId, title_id as titleId, progress_seconds as progressSeconds, progress_percent as progressPercent, is_completed as isCompleted, watched_at as watchedAt
from history_entries
where viewer_id = ?
order by watched_at desc, title_id desc;

select viewer_id as viewerId, title_id as titleId, added_at as addedAt
from watchlist_entries
where viewer_id = ?
order by added_at desc, title_id desc;

select viewer_id as viewerId, title_id as titleId, hidden_at as hiddenAt
from hidden_titles
where viewer_id = ?
order by hidden_at desc, title_id desc;

select id, imdb_id as imdbId, title
from titles
where id in (?);

-- erase
delete
from erased_viewers
where refused_until <= ?;

BEGIN;;

insert ignore into erased_viewers (user_hash, erased_at, refused_until) values (?, ?, ?);

delete
from viewers
where user_id = ?;

COMMIT;;

-- findTombstone
select erased_at as erasedAt, refused_until as refusedUntil
from erased_viewers
where user_hash = ?
and refused_until > ?
limit ?;
