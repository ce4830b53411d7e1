-- listGenres
select code, name
from genres
order by code asc;

-- listCountries
select code, name
from countries
order by code asc;

-- listLanguages
select code, name
from languages
order by code asc;
