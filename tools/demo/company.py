"""The demonstration company: Northgate Instruments, with a sales office in Shanghai, its people and its customers.

All names, firms, numbers and addresses are invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tools.demo.papers import Paper, Section
from vault.filing.records import CustomerRecord
from vault.model import Classification, Duty, Office


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person to sign in as."""

    login: str
    name: str
    staff_number: str
    office: Office = Office.STAFF
    qualifications: tuple[Duty, ...] = ()
    clearance: Classification = Classification.SECRET
    locale: str = "en"
    timezone: str = "Europe/London"


@dataclass(frozen=True, slots=True)
class DemoFile:
    """A file to be filed: a paper to print as PDF, lines of a visiting card, or plain words."""

    name: str
    paper: Paper | None = None
    card: Sequence[str] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class DemoDossier:
    """A dossier with who holds which duty on it."""

    classification: Classification
    record: CustomerRecord
    custodian: str
    borrowers: tuple[str, ...]
    approver: str
    author: str
    files: tuple[DemoFile, ...]


SHANGHAI = "Asia/Shanghai"
PEOPLE = (
    DemoPerson("alice", "Alice Moreau", "N-1001", qualifications=(Duty.BORROWER,)),
    DemoPerson("wangxm", "王晓明", "N-2001", qualifications=(Duty.BORROWER,), locale="zh_Hans_CN", timezone=SHANGHAI),
    DemoPerson("jonas", "Jonas Lindqvist", "N-1002", qualifications=(Duty.AUTHOR, Duty.BORROWER)),
    DemoPerson("felix", "Felix Brandt", "N-1008", qualifications=(Duty.BORROWER,)),
    DemoPerson("chenyu", "陈瑜", "N-2002", qualifications=(Duty.AUTHOR,), locale="zh_Hans_CN", timezone=SHANGHAI),
    DemoPerson("beatrice", "Beatrice Okafor", "N-1003", qualifications=(Duty.CUSTODIAN,)),
    DemoPerson("liufang", "刘芳", "N-2003", qualifications=(Duty.CUSTODIAN,), locale="zh_Hans_CN", timezone=SHANGHAI),
    DemoPerson("henrik", "Henrik Sørensen", "N-1004", qualifications=(Duty.APPROVER,)),
    DemoPerson("zhaogl", "赵国梁", "N-2004", qualifications=(Duty.APPROVER,), locale="zh_Hans_CN", timezone=SHANGHAI),
    DemoPerson("priya", "Priya Raman", "N-1005", office=Office.SECURITY_OFFICER),
    DemoPerson("marek", "Marek Dvořák", "N-1007", office=Office.SECURITY_OFFICER),
    DemoPerson("gaolan", "高岚", "N-2005", office=Office.SECURITY_OFFICER, locale="zh_Hans_CN", timezone=SHANGHAI),
    DemoPerson("tomas", "Tomás Herrera", "N-1006", office=Office.AUDITOR),
    DemoPerson("sunli", "孙丽", "N-2006", office=Office.AUDITOR, locale="zh_Hans_CN", timezone=SHANGHAI),
    DemoPerson("admin", "Ruth Feldman", "N-1000", office=Office.ADMINISTRATOR),
)

ISSUER = "Northgate Instruments Ltd"
ISSUER_ZH = "诺盖特仪器（上海）有限公司"


def _account_plan(customer: str, people: str, figures: Sequence[tuple[str, float]]) -> Paper:
    return Paper(
        title=f"Account plan: {customer}",
        issuer=ISSUER,
        sections=(
            Section(
                "Where we stand",
                (
                    (
                        f"{customer} has bought from us since 2017. Two of their four plants run our inline "
                        "gauges; the other two still use the equipment of a competitor, under contract until next "
                        "spring. The relationship rests on uptime: in eight years we have missed one service date."
                    ),
                    (
                        f"The people who decide are {people}. Purchasing asks for three offers above 150,000, and the "
                        "technical director reads every page of the acceptance protocol before she signs."
                    ),
                ),
            ),
            Section("Revenue by year, in thousands", chart=figures),
            Section(
                "What they pay",
                ("Discounts are personal to this customer and must not be quoted elsewhere.",),
                (
                    ("Item", "List price", "Agreed discount", "Valid until"),
                    ("Inline gauge IG-40", "48,200", "11 %", "31 March 2027"),
                    ("Calibration, per line", "3,150", "8 %", "31 March 2027"),
                    ("Service, 24 hours", "21,900", "14 %", "31 December 2026"),
                    ("Spare sensor head", "2,480", "5 %", "open"),
                ),
            ),
            Section(
                "Plan for the next two quarters",
                (
                    (
                        "Visit the plant that changes over in March; bring the sister company's reference list. Offer "
                        "a trial line for ninety days with the right to return it."
                    ),
                    (
                        "Prepare for the question that came last time: what happens to their measurement data when a "
                        "sensor head is exchanged. The answer is in the service note of 12 May."
                    ),
                    (
                        "Risks: the new purchasing manager came from the competitor; the budget for plant three was "
                        "moved to the next year once before."
                    ),
                ),
            ),
        ),
        with_photo=True,
    )


def _contract(customer: str) -> Paper:
    clauses = (
        ("1. Subject", "The supplier delivers, installs and calibrates the instruments listed in schedule A."),
        ("2. Prices", "Prices are those of schedule B. They hold for eighteen months from the date of signature."),
        ("3. Delivery", "Delivery takes place within ten weeks of the order, free at the customer's plant."),
        ("4. Acceptance", "Acceptance follows a trial of ten working days under production conditions."),
        ("5. Service", "A service engineer is on site within twenty-four hours of a call, on every day of the year."),
        (
            "6. Confidentiality",
            "Both parties keep the other's technical and commercial information secret for ten years.",
        ),
        ("7. Liability", "Liability is limited to twice the yearly value of the contract, except for intent."),
        ("8. Term", "The contract runs for three years and renews itself by one year unless terminated in time."),
    )
    return Paper(
        title=f"Supply and service agreement with {customer}",
        issuer=ISSUER,
        sections=tuple(
            Section(heading, (text, "The parties record that this clause was discussed and understood by both."))
            for heading, text in clauses
        ),
        with_scan=True,
    )


def _plan_zh(customer: str, people: str, figures: Sequence[tuple[str, float]]) -> Paper:
    return Paper(
        title=f"客户经营计划：{customer}",
        issuer=ISSUER_ZH,
        sections=(
            Section(
                "一、合作现状",
                (
                    (
                        f"{customer}自二〇一九年起采购我方在线测量设备，现有六条产线，其中四条使用我方量仪，其余两条仍使用竞争对手"
                        "产品，其维保合同将于明年春季到期。双方合作的基础是交付准时和现场服务及时。"
                    ),
                    f"主要决策人为{people}。单笔超过一百万元的采购须三家比价，技术负责人会逐页审阅验收报告。",
                ),
            ),
            Section("二、历年采购额（万元）", chart=figures),
            Section(
                "三、价格与折扣",
                ("以下折扣仅适用于该客户，不得对外引用。",),
                (
                    ("产品", "目录价（元）", "折扣", "有效期"),
                    ("在线量仪 IG-40", "386,000", "11%", "2027年3月31日"),
                    ("产线校准（每条）", "25,200", "8%", "2027年3月31日"),
                    ("全年维保", "175,000", "14%", "2026年12月31日"),
                    ("备用传感头", "19,800", "5%", "长期"),
                ),
            ),
            Section(
                "四、下一步安排",
                (
                    "三月前拜访即将换线的工厂，携带其关联企业的应用案例，并提出九十天试用方案，试用期内可无条件退回。",
                    "提前准备上次未答复的问题：更换传感头之后，历史测量数据如何衔接。答复要点见五月十二日服务记录。",
                    "风险：新任采购经理来自竞争对手；三号工厂的预算曾被推迟一年。",
                ),
            ),
        ),
        is_chinese=True,
        with_photo=True,
    )


def _contract_zh(customer: str) -> Paper:
    clauses = (
        ("第一条 标的", "供方向需方交付、安装并校准附件一所列仪器设备。"),
        ("第二条 价格", "价格以附件二为准，自签署之日起十八个月内不作调整。"),
        ("第三条 交付", "供方自接到订单之日起十周内，将设备运抵需方工厂并承担运费。"),
        ("第四条 验收", "设备在生产条件下连续试运行十个工作日后，由双方共同签署验收报告。"),
        ("第五条 服务", "供方工程师在接到报修后二十四小时内到达现场，全年无休。"),
        ("第六条 保密", "双方对所知悉的对方技术和商业信息承担保密义务，期限十年。"),
        ("第七条 责任", "除故意外，责任以合同年度金额的两倍为限。"),
        ("第八条 期限", "本合同有效期三年，期满前未书面终止的，自动续展一年。"),
    )
    return Paper(
        title=f"供货与服务合同（{customer}）",
        issuer=ISSUER_ZH,
        sections=tuple(Section(heading, (text, "双方确认已就本条充分协商并理解其含义。")) for heading, text in clauses),
        is_chinese=True,
        with_scan=True,
    )


def _visit_note(customer: str) -> str:
    return (
        f"# Visit report: {customer}\n\n"
        "Present: the plant manager, two shift leaders, our service engineer.\n\n"
        "## What was said\n\n"
        "- Line 4 stood still for three hours in October; the cause was a **worn connector**, not the gauge.\n"
        "- They want the yearly calibration moved from August to January.\n"
        "- The plant manager plays chess and remembers that we sent him a book.\n\n"
        "## To do\n\n"
        "1. Offer for two spare connectors, by Friday.\n"
        "2. Calibration date in January, with the shift plan.\n\n"
        "| Line | Uptime | Last service |\n| --- | --- | --- |\n| 1 | 99.2 % | May |\n| 4 | 96.8 % | October |\n"
    )


def _visit_note_zh(customer: str) -> str:
    return (
        f"# 拜访记录：{customer}\n\n"
        "参加人员：厂长、两位班组长、我方服务工程师。\n\n"
        "## 要点\n\n"
        "- 四号线十月停机三小时，原因是**接插件磨损**，与量仪无关。\n"
        "- 对方希望把年度校准从八月改到一月。\n"
        "- 厂长喜欢下围棋，记得我们送过他一本棋谱。\n\n"
        "## 待办\n\n"
        "1. 周五前报两只备用接插件的价格。\n"
        "2. 与排班表一起确定一月校准日期。\n"
    )


_ENGLISH = (
    (
        "Harrow & Vale Bearings Ltd",
        "Sheffield, 14 Tannery Row",
        "Margaret Vale (technical director), Owen Pike (purchasing)",
    ),
    ("Castellan Pumps GmbH", "Bremen, Hafenstrasse 88", "Dr. Ute Castellan (owner), Jens Brandt (plant manager)"),
    ("Meridian Dairy Cooperative", "Cork, Unit 3 Marina Park", "Siobhán Daly (operations), Liam Keane (finance)"),
    ("Aurelle Parfums SA", "Grasse, 2 chemin des Mimosas", "Hélène Aurelle (chair), Marc Vidal (production)"),
    ("Kestrel Avionics plc", "Bristol, Filton Works", "Fiona Grant (quality), Daniel Reyes (engineering)"),
    ("Tarnów Precision Sp. z o.o.", "Tarnów, ul. Lwowska 51", "Agnieszka Wrona (director), Piotr Zych (maintenance)"),
)
_CHINESE = (
    ("上海远洋精密机械有限公司", "上海市嘉定区安亭镇园区路 218 号", "周建国（总经理）、何敏（采购部长）"),
    ("苏州云帆轴承股份有限公司", "苏州工业园区星湖街 99 号", "徐婷（技术总监）、马骏（生产经理）"),
    ("宁波海曙阀门制造有限公司", "宁波市海曙区望春工业区 12 号", "郑伟（董事长）、叶青（质量部）"),
    ("成都锦程航空部件有限公司", "成都市青羊区航空港路 6 号", "唐静（总工程师）、罗毅（采购）"),
    ("青岛蓝湾食品集团有限公司", "青岛市城阳区港湾大道 301 号", "孟凡（运营总监）、姜涛（财务）"),
    ("东莞启明光电有限公司", "东莞市松山湖科技五路 8 号", "梁慧（副总经理）、冯磊（设备部）"),
    ("武汉江城泵业有限公司", "武汉市汉阳区龙阳大道 77 号", "胡斌（厂长）、袁媛（合同管理）"),
)
_CLASSES = (
    Classification.CONFIDENTIAL,
    Classification.CONFIDENTIAL,
    Classification.SECRET,
    Classification.INTERNAL,
    Classification.SECRET,
    Classification.CONFIDENTIAL,
    Classification.TOP_SECRET,
)


def dossiers() -> list[DemoDossier]:
    """Thirteen dossiers, six in English and seven in Chinese."""
    return [_english(number, *facts) for number, facts in enumerate(_ENGLISH)] + [
        _chinese(number, *facts) for number, facts in enumerate(_CHINESE)
    ]


def _english(number: int, customer: str, address: str, people: str) -> DemoDossier:
    figures = [(str(year), 180.0 + 35 * number + 22 * (year - 2021) * (1 + number % 3)) for year in range(2021, 2027)]
    first = people.split(" (", 1)[0]
    return DemoDossier(
        classification=_CLASSES[number],
        record=CustomerRecord(
            name=customer,
            address=address,
            contacts=people,
            standing="Pays within thirty days; orders in spring and autumn.",
            notes="Prefers a call to a letter. Ambition: to run the plant without a night shift by 2028.",
        ),
        custodian="beatrice",
        borrowers=("alice", "jonas") if number % 2 else ("alice", "felix"),
        approver="henrik",
        author="jonas",
        files=(
            DemoFile(f"Account plan {customer}.pdf", paper=_account_plan(customer, people, figures)),
            DemoFile(f"Agreement {customer}.pdf", paper=_contract(customer)),
            DemoFile(f"Visit report {customer}.md", words=_visit_note(customer)),
            DemoFile(f"Card {first}.jpg", card=(first, customer, address, f"+00 555 01 00 7{number}")),
        ),
    )


def _chinese(number: int, customer: str, address: str, people: str) -> DemoDossier:
    figures = [(str(year), 900.0 + 160 * number + 110 * (year - 2021) * (1 + number % 3)) for year in range(2021, 2027)]
    first = people.split("（", 1)[0]
    return DemoDossier(
        classification=_CLASSES[number],
        record=CustomerRecord(
            name=customer,
            address=address,
            contacts=people,
            standing="付款周期四十五天，春秋两季集中下单。",
            notes="习惯电话沟通。目标是二〇二八年前取消夜班。",
        ),
        custodian="liufang",
        borrowers=("wangxm", "alice") if number % 2 else ("wangxm",),
        approver="zhaogl",
        author="chenyu",
        files=(
            DemoFile(f"客户经营计划 {customer}.pdf", paper=_plan_zh(customer, people, figures)),
            DemoFile(f"供货与服务合同 {customer}.pdf", paper=_contract_zh(customer)),
            DemoFile(f"拜访记录 {customer}.md", words=_visit_note_zh(customer)),
            DemoFile(f"名片 {first}.jpg", card=(first, customer, address, f"021 5550 10{number}7")),
        ),
    )
