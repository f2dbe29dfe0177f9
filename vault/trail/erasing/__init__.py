"""What is taken out of the trail: one person's values by law, old entries by age; and the holds that forbid either."""
