"""Our own workbook, in Chinese or English; also as it comes out of Peoplebox, which it follows."""

from okapi.exchange.goal_files.forms.form import Form

FORM = Form(
    name="okapi",
    headers={
        "row": "row|row id|行|行号",
        "parent_rows": "above in this file|parent row ids|parent rows|上级行|上级行号",
        "parents": "belongs to|parent goal ids|parent goals|上级|上级编号|所属与支撑",
        "key": "id|goal id|编号|目标编号",
        "action": "action|操作",
        "thing": "what|row type|这一行是|行类型",
        "title": "title|goal title|标题|目标标题",
        "cycle": "cycle|goal cycle|周期",
        "team": "team|departments|团队|部门",
        "owner": "owner|owner email|owner emails|负责人|负责人邮箱",
        "kind": "kind|类型|目标类型",
        "weight": "weight|权重",
        "pillar": "pillar|战略主题",
        "measured": "measured by|衡量方式",
        "kpi": "kpi|指标",
        "slice": "slice|维度切片",
        "start": "start|starting value|起始值",
        "start_reason": "why this start|起始值说明",
        "target": "target|target value|目标值",
        "low": "not below|下限",
        "high": "not above|上限",
        "due": "due|截止日期",
        "text": "why / description|description|why|说明|为什么 / 说明",
        "title_other": "title in the other language|另一种语言的标题",
        "state": "state|状态",
        "progress": "progress|进度",
        "health": "health|健康度",
        "version": "version|版本",
    },
    marks=frozenset({"title", "key", "action"}),
    lost={
        "current value|progress status|check-in type": "goalfile.lost.progress",
        "start date|end date|scope|goal type|tags": "goalfile.lost.elsewhere",
    },
    is_own=True,
)
