"""`python -m recours_bench NAME`, as `./run bench` calls it for each bench."""

import sys

from recours_bench import main

sys.exit(main(tuple(name for name in sys.argv[1:] if name != "--json"), as_json="--json" in sys.argv))
