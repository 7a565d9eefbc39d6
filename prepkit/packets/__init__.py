"""Roster -> packets: a tailored notebook and handout per student, resumable and in parallel."""
