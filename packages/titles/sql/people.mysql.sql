-- findByIds
select p.id as id, p.imdb_id as imdbId, p.name as name, p.born_on as bornOn
from people as p
where p.id in (?, ?);

-- listDirectors
select c.title_id as titleId, c.role as role, p.id as id, p.imdb_id as imdbId, p.name as name, p.born_on as bornOn
from credits as c
straight_join people as p on p.id = c.person_id
where c.title_id in (?, ?)
and c.role = ?
order by c.title_id asc, c.position asc, c.person_id asc;

-- listCredits
select c.title_id as titleId, c.role as role, p.id as id, p.imdb_id as imdbId, p.name as name, p.born_on as bornOn
from credits as c
straight_join people as p on p.id = c.person_id
where c.title_id in (?, ?)
order by c.title_id, case when c.role = 'DIRECTOR' then 0 else 1 end, c.position, c.person_id, c.role;
