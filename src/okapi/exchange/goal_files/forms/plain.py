"""A sheet as people keep it, and as Feishu OKR gives it: objective, key result, owner, weight."""

from okapi.exchange.goal_files.forms.form import Form, Shape

FORM = Form(
    name="sheet",
    headers={
        "title": "objective|objectives|objective (o)|o|目标|目标名称|目标内容|目标（o）|okr目标|"
        "o目标",
        "text": "description|notes|说明|描述|目标描述|目标说明|备注",
        "owner": "owner|owner email|responsible|负责人|责任人|负责人邮箱|目标负责人|o负责人|姓名|"
        "所有者|员工",
        "team": "team|department|团队|部门|所属团队|所属部门",
        "cycle": "cycle|period|quarter|周期|okr周期|季度|时间周期",
        "weight": "weight|objective weight|权重|目标权重|o权重",
        "parent": "parent|parent objective|aligned to|上级目标|对齐目标|对齐的目标|支撑目标|"
        "承接目标",
        "first": "start date|开始日期|开始时间|起始日期",
        "last": "due|due date|end date|deadline|截止日期|截止时间|结束日期|结束时间|完成时间",
        "kr.title": "key result|key results|key result (kr)|kr|关键结果|关键成果|关键结果（kr）|"
        "关键结果名称|关键结果内容|kr内容",
        "kr.text": "key result description|关键结果说明|kr说明|衡量标准|完成标准",
        "kr.owner": "key result owner|kr owner|关键结果负责人|kr负责人|执行人",
        "kr.weight": "key result weight|kr weight|关键结果权重|kr权重",
        "kr.due": "key result due date|关键结果截止日期|kr截止日期",
        "kr.kpi": "kpi|metric|指标|指标名称",
        "kr.start": "baseline|start value|起始值|初始值|基线|基准值",
        "kr.target": "target|target value|目标值",
        "kr.unit": "unit|单位",
    },
    marks=frozenset({"title", "kr.title"}),
    beside={"owner": "kr.owner", "weight": "kr.weight", "text": "kr.text", "last": "kr.due"},
    lost={
        "progress|progress %|status|score|current value|confidence|进度|当前进度|目标进度|o进度|"
        "关键结果进度|kr进度|完成度|完成率|状态|得分|评分|自评|当前值|信心|信心指数|进展|最新进展":
            "goalfile.lost.progress",
    },
    shape=Shape.REPEATED,
)  # fmt: skip
