"""The peer of the REST list: the founding paper's stack, Flask and PyMySQL, on the same rows in the same form."""
import os
import threading
from urllib.parse import unquote, urlparse

import pymysql
from flask import Flask, jsonify, request
from waitress import serve

app = Flask(__name__)
url = urlparse(os.environ["DATABASE_URL"])
region = os.environ.get("REGION", "US")
local = threading.local()

PAGE = """
select t.id, t.imdb_id, t.title, t.release_year, t.published_on, t.runtime_minutes, t.average_rating, t.votes
from title_listings l straight_join titles t on t.id = l.title_id
where l.scope = %s and l.listed_from <= utc_timestamp(3) and l.listed_until > utc_timestamp(3)
order by l.title_key limit %s
"""
COUNTRIES = """
select tc.title_id, c.code, c.name from title_countries tc straight_join countries c on c.code = tc.country_code
where tc.title_id in %s order by tc.title_id, tc.position
"""
GENRES = """
select tg.title_id, g.code, g.name from title_genres tg straight_join genres g on g.code = tg.genre_code
where tg.title_id in %s order by tg.title_id, tg.position
"""


def cursor():
    """One connection for each thread."""
    if not hasattr(local, "connection"):
        local.connection = pymysql.connect(
            host=url.hostname, port=url.port or 3306, user=unquote(url.username or ""),
            password=unquote(url.password or ""), database=url.path[1:], autocommit=True,
            cursorclass=pymysql.cursors.DictCursor,
        )
    return local.connection.cursor()


def grouped(rows):
    groups = {}
    for row in rows:
        groups.setdefault(row["title_id"], []).append({"code": row["code"], "name": row["name"]})
    return groups


@app.get("/movies")
def movies():
    with cursor() as sql:
        sql.execute(PAGE, (f"region:{region}", int(request.args.get("first", 20))))
        titles = sql.fetchall()
        ids = [title["id"] for title in titles]
        sql.execute(COUNTRIES, (ids,))
        countries = grouped(sql.fetchall())
        sql.execute(GENRES, (ids,))
        genres = grouped(sql.fetchall())
    data = []
    for title in titles:
        own = countries.get(title["id"], [])
        names = ", ".join(country["name"] for country in own)
        data.append({
            "id": title["id"], "imdbId": title["imdb_id"], "title": title["title"],
            "label": f"{names}-{title['title']}" if names else title["title"],
            "releaseYear": title["release_year"],
            "publishedOn": title["published_on"] and title["published_on"].isoformat(),
            "runtimeMinutes": title["runtime_minutes"],
            "averageRating": title["average_rating"] and float(title["average_rating"]), "votes": title["votes"],
            "countries": own, "genres": genres.get(title["id"], []),
        })
    return jsonify({"data": data})


if __name__ == "__main__":
    serve(app, host="127.0.0.1", port=int(os.environ["PORT"]), threads=8)
