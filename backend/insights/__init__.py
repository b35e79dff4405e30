"""What the past of jobs tells: counts, durations, errors, trends; thresholds that raise alerts; figures for Prometheus."""
