"""From statements to charts and pages."""
