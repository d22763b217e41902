"""Losses: is the gradient of one loss the same however it is trained?"""
