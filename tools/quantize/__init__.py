"""Bring a new model: check, convert, quantize, measure, gate, put into service, go back.

files that came from anywhere  ->  models.headers   nothing native sees a file before them
convert/                       ->  a format that the engines load
quantize/ (per format)         ->  smaller candidates
Job -> measure -> Outcome      ->  one row of the table, whatever was measured and wherever
gate -> models.service         ->  the role's model is switched, and can be switched back
"""
