"""The ways in: `client` for services, `api` for HTTP, `cli` for officers. `views` and `i18n` serve all of them."""
