-- rate, with a key
BEGIN;;

update viewers set id = ?
where id = ?;

select request_hash as requestHash, result
from idempotency_keys
where viewer_id = ?
and idempotency_key = ?
and expires_at > ?
limit ?;

select id, runtime_minutes as runtimeMinutes
from titles
where id = ?
limit ?;

insert into viewer_ratings (viewer_id, title_id, half_stars, rated_at) values (?, ?, ?, ?) on duplicate key update half_stars = values(half_stars), rated_at = values(rated_at);

update viewers set revision = revision + ?
where id in (?);

select idempotency_key
from idempotency_keys
where viewer_id = ?
and expires_at <= ?;

insert into idempotency_keys (created_at, expires_at, idempotency_key, request_hash, result, viewer_id) values (?, ?, ?, ?, ?, ?);

COMMIT;;

-- rate, with the same key
BEGIN;;

update viewers set id = ?
where id = ?;

select request_hash as requestHash, result
from idempotency_keys
where viewer_id = ?
and idempotency_key = ?
and expires_at > ?
limit ?;

COMMIT;;

-- rate, a title that is not there
BEGIN;;

update viewers set id = ?
where id = ?;

select id, runtime_minutes as runtimeMinutes
from titles
where id = ?
limit ?;

COMMIT;;

-- addToWatchlist
BEGIN;;

update viewers set id = ?
where id = ?;

select id, runtime_minutes as runtimeMinutes
from titles
where id = ?
limit ?;

insert into watchlist_entries (viewer_id, title_id, added_at) values (?, ?, ?) on duplicate key update added_at = values(added_at);

update viewers set revision = revision + ?
where id in (?);

COMMIT;;

-- recordProgress
BEGIN;;

update viewers set id = ?
where id = ?;

select id, runtime_minutes as runtimeMinutes
from titles
where id = ?
limit ?;

select viewer_id as viewerId, title_id as titleId, progress_seconds as progressSeconds, progress_percent as progressPercent, is_completed as isCompleted, watched_at as watchedAt
from history_entries
where viewer_id = ?
and title_id in (?);

insert into history_entries (viewer_id, title_id, progress_seconds, progress_percent, is_completed, watched_at) values (?, ?, ?, ?, ?, ?) on duplicate key update progress_seconds = values(progress_seconds), progress_percent = values(progress_percent), is_completed = values(is_completed), watched_at = values(watched_at);

update viewers set revision = revision + ?
where id in (?);

COMMIT;;

-- hide
BEGIN;;

update viewers set id = ?
where id = ?;

select id, runtime_minutes as runtimeMinutes
from titles
where id = ?
limit ?;

insert into hidden_titles (viewer_id, title_id, hidden_at) values (?, ?, ?) on duplicate key update hidden_at = values(hidden_at);

update viewers set revision = revision + ?
where id in (?);

COMMIT;;

-- remove
BEGIN;;

update viewers set id = ?
where id = ?;

select id, runtime_minutes as runtimeMinutes
from titles
where id = ?
limit ?;

delete
from hidden_titles
where viewer_id = ?
and title_id = ?;

update viewers set revision = revision + ?
where id in (?);

COMMIT;;

-- changeProfile
BEGIN;;

update viewers set id = ?
where id = ?;

select code
from languages
where code in (?, ?);

update viewers set display_name = ?, region_code = ?, revision = revision + 1, updated_at = ?
where id = ?;

select language_code
from viewer_languages
where viewer_id = ?;

insert into viewer_languages (language_code, position, viewer_id) values (?, ?, ?), (?, ?, ?) on duplicate key update position = values(position);

select genre_code
from viewer_genres
where viewer_id = ?;

COMMIT;;

-- ensureViewers
insert into viewers (user_id, created_at, updated_at) values (?, ?, ?), (?, ?, ?) on duplicate key update user_id = user_id;

select id, user_id as userId
from viewers
where user_id in (?, ?);

-- addToRevisions
update viewers set revision = revision + ?
where id in (?, ?);
