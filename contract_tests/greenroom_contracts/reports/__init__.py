"""The output of a run: files and printed lines, made from a report and without secrets."""
