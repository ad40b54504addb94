"""The language of the screen: Vietnamese, until a person switches to English. A cookie remembers it."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from gateway.console.cookies import give_cookie
from gateway.console.places import local_path
from gateway.views.timeline import Language

COOKIE: Final = "lx_language"
A_YEAR = 365 * 24 * 3600

router = APIRouter()


def language_of_screen(request: Request) -> Language:
    """The language that the person chose."""
    return "en" if request.cookies.get(COOKIE) == "en" else "vi"


@router.get("/language/{language}")
async def switch_language(request: Request, language: str, back: str = "/console/") -> Response:
    """Switches the language, and goes back to the page."""
    answer = RedirectResponse(local_path(back), 303)
    chosen = "en" if language == "en" else "vi"
    give_cookie(answer, request, COOKIE, chosen, seconds=A_YEAR)
    return answer
