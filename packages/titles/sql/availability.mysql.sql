-- listCurrent
select a.id as id, a.title_id as titleId, a.region_code as regionCode, a.offer_type as offerType, a.available_from as availableFrom, a.available_until as availableUntil, a.price_minor as priceMinor, a.currency as currency, a.quality as quality
from availabilities as a
where a.title_id in (?, ?)
and a.available_from <= ?
and (a.available_until is null or a.available_until > ?)
order by a.title_id asc, a.region_code asc, a.available_from asc, a.id asc;

-- listLanguages
select al.availability_id as availabilityId, al.track as track, la.code as code, la.name as name
from availability_languages as al
straight_join languages as la on la.code = al.language_code
where al.availability_id in (?, ?)
order by al.availability_id asc, al.track asc, al.position asc, la.code asc;

-- listChanges
select id, title_id as titleId, region_code as regionCode, kind, offer_type as offerType, available_from as availableFrom, available_until as availableUntil, changed_at as changedAt
from availability_changes
where region_code = ?
and kind in (?, ?)
and changed_at >= ?
order by id asc
limit ?;

-- listChangesAfter
select id, title_id as titleId, region_code as regionCode, kind, offer_type as offerType, available_from as availableFrom, available_until as availableUntil, changed_at as changedAt
from availability_changes
where id > ?
order by id asc
limit ?;

-- findLatestChangeId
select max(id) as id
from availability_changes;
