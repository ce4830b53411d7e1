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

insert into viewer_ratings (viewer_id, title_id, half_stars, rated_at) select json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'), json_extract(value, '$[3]')
from json_each(?)
where true on conflict (viewer_id, title_id) do update set half_stars = excluded.half_stars, rated_at = excluded.rated_at;

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

insert into watchlist_entries (viewer_id, title_id, added_at) select json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
from json_each(?)
where true on conflict (viewer_id, title_id) do update set added_at = excluded.added_at;

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

insert into history_entries (viewer_id, title_id, progress_seconds, progress_percent, is_completed, watched_at) select json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'), json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]')
from json_each(?)
where true on conflict (viewer_id, title_id) do update set progress_seconds = excluded.progress_seconds, progress_percent = excluded.progress_percent, is_completed = excluded.is_completed, watched_at = excluded.watched_at;

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

insert into hidden_titles (viewer_id, title_id, hidden_at) select json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
from json_each(?)
where true on conflict (viewer_id, title_id) do update set hidden_at = excluded.hidden_at;

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

insert into viewer_languages (language_code, position, viewer_id) select ? as language_code, ? as position, ? as viewer_id
union all select ? as language_code, ? as position, ? as viewer_id
where true on conflict (viewer_id, language_code) do update set position = excluded.position;

select genre_code
from viewer_genres
where viewer_id = ?;

COMMIT;;

-- ensureViewers
insert into viewers (user_id, created_at, updated_at) select json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
from json_each(?)
where true on conflict do nothing;

select id, user_id as userId
from viewers
where user_id in (?, ?);

-- addToRevisions
update viewers set revision = revision + ?
where id in (?, ?);
