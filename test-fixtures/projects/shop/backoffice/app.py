"""The web application: one event loop serves every clerk."""

import asyncio

from aiohttp import web

from .suppliers import picture_of, stock_of


async def stock(request: web.Request) -> web.Response:
    article = request.match_info["article"]
    pieces = stock_of(article)  # alarm: [blocking-network]
    return web.json_response({"article": article, "pieces": pieces})


async def picture(request: web.Request) -> web.Response:
    article = request.match_info["article"]
    body = await asyncio.to_thread(picture_of, article)
    return web.Response(body=body, content_type="image/jpeg")


def make_app() -> web.Application:
    app = web.Application()
    app.router.add_get("/stock/{article}", stock)
    app.router.add_get("/picture/{article}", picture)
    return app


if __name__ == "__main__":
    web.run_app(make_app(), port=8080)
