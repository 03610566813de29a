"""The subcommands, a module each: `add_arguments` declares, `run` does and gives the exit code."""
