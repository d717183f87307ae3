"""How long readings and their rollups are kept, and the job that deletes what is older."""
