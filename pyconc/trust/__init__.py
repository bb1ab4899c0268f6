"""What pyconc proves about itself: that its costs add up, and that its verdicts hold."""
