"""The style sheet of the sign-in page."""

STYLE = """\
:root { --ink: #16241d; --soft: #56655d; --line: #d5ded9; --green: #0b6b3f; --paper: #ffffff; }
* { box-sizing: border-box; }
body { margin: 0; background: #f2f6f3; color: var(--ink); font: 16px/1.5 system-ui, "Noto Sans", sans-serif; }
.warning { margin: 0; background: #ffe9a8; border-bottom: 1px solid #d9b84a; padding: .6rem 1rem; text-align: center; }
main { max-width: 60rem; margin: 1.5rem auto; padding: 0 1rem 3rem; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 0 0 .75rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
.english { color: var(--soft); font-weight: normal; }
section { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 1.25rem;
  margin: 1rem 0; }
a { color: var(--green); }
nav a { margin-right: 1rem; }
.filter { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; }
label { display: flex; flex-direction: column; gap: .25rem; font-size: .9rem; color: var(--soft); flex: 1 1 12rem; }
select, input:not([type]) { font: inherit; color: var(--ink); padding: 0 .5rem; width: 100%; height: 2.6rem;
  border: 1px solid #9fb0a7; border-radius: 6px; background: #fff; }
button { font: inherit; padding: 0 .9rem; height: 2.6rem; border-radius: 6px; border: 1px solid var(--green);
  cursor: pointer; white-space: nowrap; background: var(--green); color: #fff; }
button.second { background: #fff; color: var(--green); }
:focus-visible { outline: 3px solid #f0a500; outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; padding: .5rem .5rem .5rem 0; border-top: 1px solid var(--line); vertical-align: middle; }
td.buttons { text-align: right; width: 1%; white-space: nowrap; padding-right: 0; }
td.buttons button { margin-left: .4rem; }
code { font: .9em ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
pre { background: #f2f6f3; border-radius: 6px; padding: .75rem; white-space: pre-wrap; margin: .5rem 0 0; }
.away { color: #8a3b00; font-weight: 600; }
.note { color: var(--soft); margin: .75rem 0 0; }
@media (max-width: 40rem) {
  td { display: block; border: 0; padding: .1rem 0; }
  tr { display: block; border-top: 1px solid var(--line); padding: .6rem 0; }
  td.buttons { text-align: left; width: auto; padding-top: .4rem; }
  td.buttons button { margin: 0 .4rem .3rem 0; }
}
"""
