-- search, for the first time (words, sizes, candidates)
select term
from search_variants
where variant in (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
from search_terms
where (term in (?))
limit ?) as rows_of_source
union all select 2 as position, count(*) as size
from (select 1 as one
from search_terms
where (term in (?))
limit ?) as rows_of_source;

select 0 as position, count(*) as size
from (select 1 as one
from title_listings
where scope = ?
limit ?) as rows_of_source
union all select 1 as position, count(*) as size
from (select 1 as one
from search_terms
where (term in (?))
limit ?) as rows_of_source
union all select 2 as position, count(*) as size
from (select 1 as one
from search_terms
where (term in (?, ?))
limit ?) as rows_of_source;

select t.id as id, t.imdb_id as imdbId, t.title as title, t.sort_title as sortTitle, t.original_title as originalTitle, t.release_year as releaseYear, t.published_on as publishedOn, t.runtime_minutes as runtimeMinutes, t.production_company as productionCompany, t.gross_minor as grossMinor, t.gross_currency as grossCurrency, t.average_rating as averageRating, t.votes as votes, t.popularity as popularity, matches.cursor_key as popularityKey
from (select *
from (select l.title_id as title_id, l.popularity_key as cursor_key
from (select distinct id as title_id
from titles
where sort_title = ?) as source
cross join title_listings as l indexed by ix_title_listings_title on l.title_id = source.title_id
where l.scope = ?
and (select 1
from title_listings as x indexed by ix_title_listings_title
where x.title_id = l.title_id
and x.scope = ?
limit ?) is not null
order by l.popularity_key desc
limit ?) as named
union select *
from (select l.title_id, l.popularity_key as cursor_key
from search_terms as l indexed by ix_search_terms_by_popularity
where l.term = ?
and (select 1
from title_listings as x indexed by ix_title_listings_title
where x.title_id = l.title_id
and x.scope = ?
limit ?) is not null
and (select 1
from search_terms as s indexed by ix_search_terms_title
where s.title_id = l.title_id
and (s.term in (?))
limit ?) is not null
order by l.popularity_key desc
limit ?) as found
union select *
from (select l.title_id, l.popularity_key as cursor_key
from search_terms as l indexed by ix_search_terms_by_popularity
where l.term = ?
and (select 1
from title_listings as x indexed by ix_title_listings_title
where x.title_id = l.title_id
and x.scope = ?
limit ?) is not null
and (select 1
from search_terms as s indexed by ix_search_terms_title
where s.title_id = l.title_id
and (s.term in (?, ?))
limit ?) is not null
order by l.popularity_key desc
limit ?) as found) as matches
cross join titles as t on t.id = matches.title_id;

-- search, once the sizes are known
select term
from search_variants
where variant in (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
union select term
from (select term
from search_variants
where (variant >= ?
and variant < ?)
and term = variant
limit ?) as longer;

select t.id as id, t.imdb_id as imdbId, t.title as title, t.sort_title as sortTitle, t.original_title as originalTitle, t.release_year as releaseYear, t.published_on as publishedOn, t.runtime_minutes as runtimeMinutes, t.production_company as productionCompany, t.gross_minor as grossMinor, t.gross_currency as grossCurrency, t.average_rating as averageRating, t.votes as votes, t.popularity as popularity, matches.cursor_key as popularityKey
from (select *
from (select l.title_id as title_id, l.popularity_key as cursor_key
from (select distinct id as title_id
from titles
where sort_title = ?) as source
cross join title_listings as l indexed by ix_title_listings_title on l.title_id = source.title_id
where l.scope = ?
and (select 1
from title_listings as x indexed by ix_title_listings_title
where x.title_id = l.title_id
and x.scope = ?
limit ?) is not null
order by l.popularity_key desc
limit ?) as named
union select *
from (select l.title_id, l.popularity_key as cursor_key
from search_terms as l indexed by ix_search_terms_by_popularity
where l.term = ?
and (select 1
from title_listings as x indexed by ix_title_listings_title
where x.title_id = l.title_id
and x.scope = ?
limit ?) is not null
and (select 1
from search_terms as s indexed by ix_search_terms_title
where s.title_id = l.title_id
and (s.term in (?))
limit ?) is not null
order by l.popularity_key desc
limit ?) as found
union select *
from (select l.title_id, l.popularity_key as cursor_key
from search_terms as l indexed by ix_search_terms_by_popularity
where l.term = ?
and (select 1
from title_listings as x indexed by ix_title_listings_title
where x.title_id = l.title_id
and x.scope = ?
limit ?) is not null
and (select 1
from search_terms as s indexed by ix_search_terms_title
where s.title_id = l.title_id
and (s.term in (?, ?))
limit ?) is not null
order by l.popularity_key desc
limit ?) as found) as matches
cross join titles as t on t.id = matches.title_id;

-- search, one word and its corrections
select term
from search_variants
where variant in (?, ?, ?, ?, ?, ?, ?)
union select term
from (select term
from search_variants
where (variant >= ?
and variant < ?)
and term = variant
limit ?) as longer;

select t.id as id, t.imdb_id as imdbId, t.title as title, t.sort_title as sortTitle, t.original_title as originalTitle, t.release_year as releaseYear, t.published_on as publishedOn, t.runtime_minutes as runtimeMinutes, t.production_company as productionCompany, t.gross_minor as grossMinor, t.gross_currency as grossCurrency, t.average_rating as averageRating, t.votes as votes, t.popularity as popularity, matches.cursor_key as popularityKey
from (select *
from (select l.title_id as title_id, l.popularity_key as cursor_key
from (select distinct id as title_id
from titles
where sort_title = ?) as source
cross join title_listings as l indexed by ix_title_listings_title on l.title_id = source.title_id
where l.scope = ?
order by l.popularity_key desc
limit ?) as named
union select *
from (select l.title_id, l.popularity_key as cursor_key
from search_terms as l indexed by ix_search_terms_by_popularity
where l.term = ?
order by l.popularity_key desc
limit ?) as found
union select *
from (select title_id, cursor_key
from (select title_id, cursor_key
from (select l.title_id, l.popularity_key as cursor_key
from search_terms as l indexed by ix_search_terms_by_popularity
where l.term = ?
order by l.popularity_key desc
limit ?) as walk
union select title_id, cursor_key
from (select l.title_id, l.popularity_key as cursor_key
from search_terms as l indexed by ix_search_terms_by_popularity
where l.term = ?
order by l.popularity_key desc
limit ?) as walk) as walks
order by cursor_key desc
limit ?) as found) as matches
cross join titles as t on t.id = matches.title_id;

-- search, the beginning of a word
select 0 as position, count(*) as size
from (select 1 as one
from title_listings
where scope = ?
limit ?) as rows_of_source
union all select 1 as position, count(*) as size
from (select 1 as one
from search_terms
where (term in (?) or (term >= ?
and term < ?))
limit ?) as rows_of_source;

select t.id as id, t.imdb_id as imdbId, t.title as title, t.sort_title as sortTitle, t.original_title as originalTitle, t.release_year as releaseYear, t.published_on as publishedOn, t.runtime_minutes as runtimeMinutes, t.production_company as productionCompany, t.gross_minor as grossMinor, t.gross_currency as grossCurrency, t.average_rating as averageRating, t.votes as votes, t.popularity as popularity, matches.cursor_key as popularityKey
from (select *
from (select l.title_id as title_id, l.popularity_key as cursor_key
from (select distinct id as title_id
from titles
where sort_title = ?) as source
cross join title_listings as l indexed by ix_title_listings_title on l.title_id = source.title_id
where l.scope = ?
order by l.popularity_key desc
limit ?) as named
union select *
from (select l.title_id, l.popularity_key as cursor_key
from search_terms as l indexed by ix_search_terms_by_popularity
where l.term = ?
order by l.popularity_key desc
limit ?) as found
union select *
from (select l.title_id, l.popularity_key as cursor_key
from (select distinct title_id, popularity_key
from search_terms
where (term in (?) or (term >= ?
and term < ?))) as l
order by l.popularity_key desc
limit ?) as found) as matches
cross join titles as t on t.id = matches.title_id;
