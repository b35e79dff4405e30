"""What the past of jobs tells: counts, durations, errors, trends; thresholds and alerts; figures for Prometheus."""
