"""Who holds a job: claims it, keeps its lease alive, advances it turn by turn, lets go in time."""
