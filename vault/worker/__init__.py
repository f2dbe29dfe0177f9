"""Work that nobody waits for: sequencing the trail, making pages, ending what is over, watching the folder, feeding."""
