"""One module a subcommand: `add_arguments` declares its arguments, `run` gives its exit code."""
