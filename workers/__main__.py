"""`python -m workers …` does the same as `luongxanh …`."""

from workers.command_line import main

main()
