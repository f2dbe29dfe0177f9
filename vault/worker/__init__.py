"""Work that nobody waits for: sequencing the trail, ending what is over, making pages, watching the folder."""
