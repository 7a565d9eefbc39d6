"""Roster -> packets: a tailored notebook and handout per student, resumable and in parallel.

``roster`` reads the roster. ``plan`` compares what should be there with the ``manifest`` and lists
``jobs`` by their ``cache_key``; ``run`` gives them to ``workers``, ``local`` or on a ``cluster``,
and ``execute`` makes one packet from a ``template``, with ``fill_in``, ``page`` and ``html_form``
for its other files. ``kept`` never replaces what somebody has changed, ``storage`` is where files
go, and ``index`` lists them. ``feedback`` and ``feedback_files`` give back what a coach wrote, and
``mail`` writes drafts with the words of ``mail_text``.
"""
