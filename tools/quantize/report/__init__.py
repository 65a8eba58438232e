"""From the table to what people read: comparisons, the Pareto front, pictures, words."""
