"""Results at rest: campaign folders of pyperf files, and the tidy frame read from them."""
