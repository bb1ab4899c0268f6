"""What a campaign measures by: time, or instructions."""
