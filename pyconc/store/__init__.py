"""Results at rest: campaign folders of pyperf files, and the rounds read from them."""
