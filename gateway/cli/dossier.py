"""`luongxanh dossier`: submit, act, show, history, list, work, wake, problems, restart."""

from __future__ import annotations

from cyclopts import App

from gateway.cli import acting, listing, reading, repairing, submitting, waking

app = App(name="dossier")
app.command(submitting.submit, name="submit", sort_key=0)
app.command(acting.act, name="act", help=acting.help_text(), sort_key=1)
app.command(reading.show_dossier, name="show", sort_key=2)
app.command(reading.history, name="history", sort_key=3)
app.command(listing.list_dossiers, name="list", sort_key=4)
app.command(listing.work, name="work", sort_key=5)
app.command(waking.wake, name="wake", sort_key=6)
app.command(repairing.problems, name="problems", sort_key=7)
app.command(repairing.restart, name="restart", sort_key=8)
