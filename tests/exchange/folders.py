"""Folders of files for the tests: a small organisation, and one that uses every feature."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

SMALL = {
    "organisation.yaml": """\
        format: 1
        name: Acme
        language: en
        time_zone: Europe/London
        """,
    "people.csv": """\
        email,name,roles
        ada@acme.example,Ada,administrator
        mia@acme.example,Mia,
        """,
    "teams.yaml": """\
        - key: company
          name: Acme
          kind: company
        - key: service
          name: Service
          parent: company
          lead: mia@acme.example
        """,
    "cycles.yaml": """\
        - key: '2026'
          title: '2026'
          kind: year
          starts: 2026-01-01
          ends: 2026-12-31
          state: running
        - key: 2026Q4
          title: Q4
          starts: 2026-10-01
          ends: 2026-12-31
          parent: '2026'
          state: running
        """,
    "kpis/service.yaml": """\
        - key: answer-time
          name: Time to answer
          team: service
          owner: mia@acme.example
          definition:
            unit: h
            direction: down
            frequency: month
        - key: revenue
          name: Revenue
          definition:
            direction: up
            frequency: month
            aggregation: sum
            dimensions: [region]
        """,
    "measurements/service.csv": """\
        kpi,region,period,value,note
        answer-time,,2026-09,30,
        answer-time,,2026-10,27,first month
        revenue,,2026-10,100.50,
        revenue,East,2026-10,60.5,
        """,
    "objectives/2026Q4.yaml": """\
        cycle: 2026Q4
        objectives:
        - key: O-1
          title: Customers hear from us the same day
          team: service
          owner: mia@acme.example
          state: agreed
          agreed_on: 2026-10-01
          key_results:
          - key: KR-1
            title: Answer within 20 hours
            moves:
            - kpi: answer-time
              start: 30
              start_reason: the month before
              target: 20
        - key: O-2
          title: Grow in the east
          team: company
          contributes_to:
          - objective: O-1
        """,
}

FULL = {
    **SMALL,
    "organisation.yaml": """\
        format: 1
        name: Acme
        name_other: 极致
        language: en
        time_zone: Europe/London
        first_weekday: sunday
        fiscal_month: 4
        currency: GBP
        personal_goals: team_and_lead
        settings:
          pace_on: 0.95
          guard_at_once: true
        """,
    "calendars.yaml": """\
        - key: uk
          title: United Kingdom
          country: GB
          subdivision: ENG
          weekend: [saturday, sunday]
          first_year: 2026
          last_year: 2026
          default: true
          days:
          - day: 2026-12-25
            working: false
            title: Christmas Day
          - day: 2026-12-26
            working: true
            typed: true
        """,
    "people.csv": """\
        email,name,name_other,job,manager,roles
        ada@acme.example,Ada,艾达,Director,,administrator|strategist
        mia@acme.example,Mia,,,ada@acme.example,steward
        vic@acme.example,"Vic ""V"" O'Neil, Jr.",,Guest,,viewer
        """,
    "memberships.csv": """\
        person,team,starts,ends,home,role,responsibilities
        ada@acme.example,company,,,yes,,
        mia@acme.example,service,2026-02-01,,yes,Agent,"Answers,
        and asks"
        mia@acme.example,company,2025-01-01,2026-01-31,no,,
        """,
    "perspectives.yaml": """\
        - key: customer
          title: Customer
          title_other: 客户
        """,
    "pillars.yaml": """\
        - key: care
          title: Care
          title_other: 关怀
          description: |
            Two lines:
            of text
          owner: ada@acme.example
          perspective: customer
          horizon_starts: 2026-01-01
          horizon_ends: 2028-12-31
        """,
    "kpis/service.yaml": """\
        - key: answer-time
          name: Time to answer
          name_other: 响应时间
          description: "null"
          team: service
          owner: mia@acme.example
          pillar: care
          definitions:
          - number: 1
            unit: h
            decimals: 1
            direction: down
            frequency: month
            delay_days: 5
            text: Mean
            source: desk
          - number: 2
            unit: h
            direction: down
            frequency: month
            valid_from: 2026-10-01
            decided_by: ada@acme.example
          screens_ranges: true
          marks:
          - first: 2026-03-01
            label: 2026-03
            reason: The new desk opened.
            person: ada@acme.example
          - first: 2025-01-01
            last: 2025-12-31
            label: 2025-01
            last_label: 2025-12
            reason: A year without trouble.
        - key: revenue
          name: Revenue
          definition:
            unit: GBP
            direction: up
            frequency: month
            aggregation: sum
            slice_aggregation: sum
            dimensions: [region, product]
            total: true
        - key: conversion
          name: Conversion
          definition:
            unit: '%'
            direction: up
            frequency: quarter
            aggregation: ratio
        - key: temperature
          name: Temperature
          state: active
          visibility: named
          readers: [ada@acme.example, mia@acme.example]
          definition:
            direction: band
            frequency: irregular
            dimensions: [room]
            total: false
        - key: 旧指标
          name: 旧指标
          state: retired
          visibility: team
          team: service
          archived_at: 2026-05-01T10:00:00Z
          definition:
            direction: up
            frequency: year
        """,
    "targets/all.csv": """\
        kpi,slice,period,frequency,value,amber,low,high,amber_low,amber_high,breakdown,breakdown_frequency,breakdown_shares,part_of,note
        revenue,,2026,year,1200,1100.5,,,,,typed,quarter,0.5|0.5,,plan
        revenue,,2026Q3,quarter,600,,,,,,,,,2026,
        revenue,,2026Q4,quarter,600,,,,,,,,,2026,
        answer-time,,2026-10,month,24,26,,,,,,,,,
        temperature,room=A|B\\|C,2026-10,month,,,18,22,17,,,,,,
        """.replace("room=A|B\\|C", "room=A\\|B"),
    "measurements/service.csv": """\
        kpi,slice,period,value,numerator,denominator,note
        answer-time,,2026-09,30,,,
        answer-time,,2026-10,12345678901234567.89,,,first month
        answer-time,,2026-08,31,,,late
        revenue,,2026-10,100.50,,,
        revenue,product=A|region=East,2026-10,-60.5,,,
        conversion,,2026Q2,25,1,4,
        temperature,room=A\\|B,2003-05 = 2003 to 2005,20,,,odd
        temperature,room=A\\|B,1990-1994 (baseline),19,,,
        temperature,room=C,2018-20 [Note 5],21,,,
        """,
    "objectives/2026.yaml": """\
        cycle: '2026'
        objectives:
        - key: O-0
          title: Be kind
          title_other: 友善
          why: |
            Because
            it matters
          team: company
          pillar: care
          kind: aspirational
          state: closed
          agreed_on: 2026-01-01
          closed_on: 2026-11-01
          grade: 0.7
          grade_reason: Well done
          provisional: true
          key_results:
          - key: KR-0
            title: Written down
            kind: yes_no
            grade: 1
            grade_reason: It is
        """,
    "objectives/2026Q4.yaml": """\
        cycle: 2026Q4
        objectives:
        - key: O-1
          title: Customers hear from us the same day
          team: service
          owner: mia@acme.example
          weight: 2
          state: agreed
          agreed_on: 2026-10-01
          contributes_to:
          - objective: O-0
          guards:
          - kpi: revenue
            slice: {region: East, product: A}
            low: -100
            amber_low: -80.5
          - kpi: conversion
            broken_at_start: true
          informs: [revenue]
          key_results:
          - key: KR-1
            title: Answer within 20 hours
            owner: mia@acme.example
            weight: 0.5
            agreed_on: 2026-10-05
            due: 2026-12-20
            mode: reach
            reading: span
            curve: plan
            cadence_days: 14
            moves:
            - kpi: answer-time
              definition: 1
              start: 30
              start_period: 2026-09
              target: 20
              weight: 3
            - kpi: revenue
              start: 60
              start_reason: a guess
              target: 90
            informs: [conversion]
          - key: KR-2
            title: Stay open
            mode: keep
            keep_share: 0.8
            moves:
            - kpi: revenue
              slice: {region: East, product: A}
              low: -100
              high: 100
          - key: KR-3
            title: Steps
            kind: milestone
            milestones:
            - key: m1
              title: First
              title_other: 第一步
              due: 2026-11-01
              weight: 2
              done_on: 2026-10-20
            - key: m2
              title: Second
          - key: KR-4
            title: How good
            kind: levels
            levels:
            - key: fail
              value: 0
              text: Nothing
            - key: commit
              value: 0.3
              text: Some
              text_other: 一些
            - key: target
              value: 0.7
              text: Much
          - key: KR-5
            title: Fewer sales on purpose
            against: true
            moves:
            - kpi: revenue
              start: 60
              start_reason: last year
              target: 40
          - key: KR-6
            title: Given up
            state: cancelled
            kind: yes_no
        - key: O-2
          title: Grow in the east
          owner: vic@acme.example
          visibility: named
          readers: [ada@acme.example]
          contributes_to:
          - key_result: KR-1
        """,
    "check_ins/2026Q4.csv": """\
        key_result,at,person,confidence,level,done,happened,next_step
        KR-4,2026-11-02T09:30:00+00:00,mia@acme.example,7,commit,,"Some, at last",More
        KR-1,2026-11-02T09:30:00.123456Z,mia@acme.example,5,,,,
        """,
}


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return folder


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Replace a text in a file; it must be there."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def tree(folder: Path) -> dict[str, str]:
    """All files of a folder by name."""
    return {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8")
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
