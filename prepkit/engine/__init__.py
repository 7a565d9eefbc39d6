"""A papermill engine that runs notebooks in forked children of a warm process."""
