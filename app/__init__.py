"""The dashboard: `main` routes, `views` has one screen a module, `data` is the only door to the pipeline."""
