"""The page Wrong labels?"""
