"""The register: the search of the API as a page, whose address holds the whole question and can be shared."""
