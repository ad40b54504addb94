"""`luongxanh dossier`: submit, act, show, history, list, export, work, wake, take-in, taken-in."""

from __future__ import annotations

from cyclopts import App

from gateway.cli.dossier import act, export, lists, show, submit, take_in, wake

app = App(name="dossier")
app.command(submit.submit, name="submit", sort_key=0)
app.command(act.act, name="act", help=act.help_text(), sort_key=1)
app.command(show.show_dossier, name="show", sort_key=2)
app.command(show.history, name="history", sort_key=3)
app.command(lists.list_dossiers, name="list", sort_key=4)
app.command(export.export, name="export", sort_key=5)
app.command(lists.work, name="work", sort_key=6)
app.command(wake.wake, name="wake", sort_key=7)
app.command(take_in.take_in, name="take-in", sort_key=8)
app.command(take_in.taken_in, name="taken-in", sort_key=9)
