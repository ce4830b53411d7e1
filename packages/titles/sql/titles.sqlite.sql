-- listPage, a region by title, first page
select t.id as id, t.imdb_id as imdbId, t.title as title, t.sort_title as sortTitle, t.original_title as originalTitle, t.release_year as releaseYear, t.published_on as publishedOn, t.runtime_minutes as runtimeMinutes, t.production_company as productionCompany, t.gross_minor as grossMinor, t.gross_currency as grossCurrency, t.average_rating as averageRating, t.votes as votes, t.popularity as popularity, l.title_key as cursorKey
from title_listings as l indexed by ix_title_listings_by_title
cross join titles as t on t.id = l.title_id
where l.scope = ?
and l.listed_from <= ?
and l.listed_until > ?
order by l.title_key asc
limit ?;

-- listPage, a genre by popularity, after a cursor, backwards
select t.id as id, t.imdb_id as imdbId, t.title as title, t.sort_title as sortTitle, t.original_title as originalTitle, t.release_year as releaseYear, t.published_on as publishedOn, t.runtime_minutes as runtimeMinutes, t.production_company as productionCompany, t.gross_minor as grossMinor, t.gross_currency as grossCurrency, t.average_rating as averageRating, t.votes as votes, t.popularity as popularity, l.popularity_key as cursorKey
from title_listings as l indexed by ix_title_listings_by_popularity
cross join titles as t on t.id = l.title_id
where l.scope = ?
order by l.popularity_key desc
limit ?;

select t.id as id, t.imdb_id as imdbId, t.title as title, t.sort_title as sortTitle, t.original_title as originalTitle, t.release_year as releaseYear, t.published_on as publishedOn, t.runtime_minutes as runtimeMinutes, t.production_company as productionCompany, t.gross_minor as grossMinor, t.gross_currency as grossCurrency, t.average_rating as averageRating, t.votes as votes, t.popularity as popularity, l.popularity_key as cursorKey
from title_listings as l indexed by ix_title_listings_by_popularity
cross join titles as t on t.id = l.title_id
where l.scope = ?
and l.popularity_key > ?
order by l.popularity_key asc
limit ?;

-- listPage, a combined filter within a region (words, sizes, page)
select term
from search_variants
where variant in (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
union select term
from (select term
from search_variants
where (variant >= ?
and variant < ?)
and term = variant
limit ?) as longer;

select 0 as position, count(*) as size
from (select 1 as one
from title_listings
where scope = ?
limit ?) as rows_of_source
union all select 1 as position, count(*) as size
from (select 1 as one
from title_listings
where scope = ?
limit ?) as rows_of_source
union all select 2 as position, count(*) as size
from (select 1 as one
from title_listings
where scope in (?, ?)
limit ?) as rows_of_source
union all select 3 as position, count(*) as size
from (select 1 as one
from title_listings
where scope = ?
and year_key >= ?
and year_key < ?
limit ?) as rows_of_source
union all select 4 as position, count(*) as size
from (select 1 as one
from titles
where (runtime_minutes >= ?)
limit ?) as rows_of_source
union all select 5 as position, count(*) as size
from (select 1 as one
from search_terms
where (term in (?))
limit ?) as rows_of_source
union all select 6 as position, count(*) as size
from (select 1 as one
from search_terms
where (term in (?, ?))
limit ?) as rows_of_source;

select t.id as id, t.imdb_id as imdbId, t.title as title, t.sort_title as sortTitle, t.original_title as originalTitle, t.release_year as releaseYear, t.published_on as publishedOn, t.runtime_minutes as runtimeMinutes, t.production_company as productionCompany, t.gross_minor as grossMinor, t.gross_currency as grossCurrency, t.average_rating as averageRating, t.votes as votes, t.popularity as popularity, matches.cursor_key as cursorKey
from (select l.title_id as title_id, l.rating_key as cursor_key
from (select distinct title_id
from search_terms
where (term in (?))) as source
cross join title_listings as l indexed by ix_title_listings_title on l.title_id = source.title_id
cross join titles as t on t.id = l.title_id
where l.scope = ?
and l.year_key >= ?
and l.year_key < ?
and (select 1
from title_listings as x indexed by ix_title_listings_title
where x.title_id = l.title_id
and x.scope = ?
and x.listed_from <= ?
and x.listed_until > ?
limit ?) is not null
and (select 1
from title_listings as x indexed by ix_title_listings_title
where x.title_id = l.title_id
and x.scope = ?
limit ?) is not null
and (select 1
from title_listings as x indexed by ix_title_listings_title
where x.title_id = l.title_id
and x.scope in (?, ?)
limit ?) is not null
and (select 1
from title_listings as x indexed by ix_title_listings_title
where x.title_id = l.title_id
and x.scope = ?
limit ?) is null
and (select 1
from search_terms as s indexed by ix_search_terms_title
where s.title_id = l.title_id
and (s.term in (?, ?))
limit ?) is not null
and t.runtime_minutes >= ?
order by l.rating_key desc
limit ?) as matches
cross join titles as t on t.id = matches.title_id
order by matches.cursor_key desc;

-- listByPerson
select t.id as id, t.imdb_id as imdbId, t.title as title, t.sort_title as sortTitle, t.original_title as originalTitle, t.release_year as releaseYear, t.published_on as publishedOn, t.runtime_minutes as runtimeMinutes, t.production_company as productionCompany, t.gross_minor as grossMinor, t.gross_currency as grossCurrency, t.average_rating as averageRating, t.votes as votes, t.popularity as popularity, matches.cursor_key as cursorKey
from (select l.title_id as title_id, l.popularity_key as cursor_key
from (select distinct title_id
from credits
where person_id = ?) as source
cross join title_listings as l indexed by ix_title_listings_title on l.title_id = source.title_id
where l.scope = ?
order by l.popularity_key desc
limit ?) as matches
cross join titles as t on t.id = matches.title_id
order by matches.cursor_key desc;

-- countMatches, a region
select count(*) as count
from title_listings as l
where l.scope = ?
and l.listed_from <= ?
and l.listed_until > ?;

-- countMatches, two languages
select 0 as position, count(*) as size
from (select 1 as one
from title_listings
where scope = ?
limit ?) as rows_of_source
union all select 1 as position, count(*) as size
from (select 1 as one
from title_listings
where scope in (?, ?)
limit ?) as rows_of_source;

select count(*) as count
from (select 1 as one
from (select distinct title_id
from title_listings
where scope in (?, ?)) as source
cross join title_listings as l indexed by ix_title_listings_title on l.title_id = source.title_id
where l.scope = ?
limit ?) as matches;

-- countFacets
select f.scope, f.year, f.beyond, f.count, coalesce(genres.name, countries.name, languages.name) as label
from (select x.scope as scope, case when x.scope = '*' then ranked.year_key >> 26 else 0 end as year, case when ranked.place > 10000 then 1 else 0 end as beyond, count(*) as count
from (select title_id, year_key, row_number() over (order by cursor_key desc) as place
from (select l.title_id as title_id, l.popularity_key as cursor_key, l.year_key as year_key
from title_listings as l indexed by ix_title_listings_by_popularity
where l.scope = ?
and l.listed_from <= ?
and l.listed_until > ?
order by l.popularity_key desc
limit ?) as matches) as ranked
cross join title_listings as x indexed by ix_title_listings_title on x.title_id = ranked.title_id
where (x.scope = ? or x.scope between ? and ? or x.scope between ? and ? or x.scope between ? and ? or x.scope between ? and ?)
and (x.scope not between ? and ? or (x.listed_from <= ?
and x.listed_until > ?))
group by scope, year, beyond) as f
left join genres on genres.code = substr(f.scope, 7)
and substr(f.scope, 1, 6) = 'genre:'
left join countries on countries.code = substr(f.scope, 9)
and substr(f.scope, 1, 8) = 'country:'
left join languages on languages.code = substr(f.scope, 10)
and substr(f.scope, 1, 9) = 'language:';

-- findByIds
select t.id as id, t.imdb_id as imdbId, t.title as title, t.sort_title as sortTitle, t.original_title as originalTitle, t.release_year as releaseYear, t.published_on as publishedOn, t.runtime_minutes as runtimeMinutes, t.production_company as productionCompany, t.gross_minor as grossMinor, t.gross_currency as grossCurrency, t.average_rating as averageRating, t.votes as votes, t.popularity as popularity
from titles as t
where t.id in (?, ?);

-- findByImdbIds
select t.id as id, t.imdb_id as imdbId, t.title as title, t.sort_title as sortTitle, t.original_title as originalTitle, t.release_year as releaseYear, t.published_on as publishedOn, t.runtime_minutes as runtimeMinutes, t.production_company as productionCompany, t.gross_minor as grossMinor, t.gross_currency as grossCurrency, t.average_rating as averageRating, t.votes as votes, t.popularity as popularity
from titles as t
where t.imdb_id in (?);

-- findAvailable
select t.id as id, t.imdb_id as imdbId, t.title as title, t.sort_title as sortTitle, t.original_title as originalTitle, t.release_year as releaseYear, t.published_on as publishedOn, t.runtime_minutes as runtimeMinutes, t.production_company as productionCompany, t.gross_minor as grossMinor, t.gross_currency as grossCurrency, t.average_rating as averageRating, t.votes as votes, t.popularity as popularity
from title_listings as l
inner join titles as t on t.id = l.title_id
where l.listed_from <= ?
and l.listed_until > ?
and l.scope = ?
and l.title_id = ?
limit ?;

-- listCountries
select link.title_id as titleId, named.code as code, named.name as name
from title_countries as link
cross join countries as named on named.code = link.country_code
where link.title_id in (?, ?)
order by link.title_id asc, link.position asc, named.code asc;

-- listLanguages
select link.title_id as titleId, named.code as code, named.name as name
from title_languages as link
cross join languages as named on named.code = link.language_code
where link.title_id in (?, ?)
order by link.title_id asc, link.position asc, named.code asc;

-- listGenres
select link.title_id as titleId, named.code as code, named.name as name
from title_genres as link
cross join genres as named on named.code = link.genre_code
where link.title_id in (?, ?)
order by link.title_id asc, link.position asc, named.code asc;
