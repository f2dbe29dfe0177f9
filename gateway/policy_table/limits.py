"""What limits views besides their number and length: days, pages, hours, places; for all and for one class."""

from __future__ import annotations

from gateway.policy_table.words import FieldWords
from gateway.sentence_table import Sentence

_AS_FOR_ALL = Sentence("Empty: as for all classes.", "留空则按一般规定。")
_YES_NO = {"true": Sentence("at any time", "不限时间"), "false": Sentence("in working hours only", "仅在工作时间内")}
_POSITION = {
    "never": Sentence("never asked for", "不请求提供"),
    "asked": Sentence("asked for, and may be declined", "请求提供，可拒绝"),
    "required": Sentence("required to open", "打开时必须提供"),
}

WORDS: dict[str, FieldWords] = {
    "window_days": FieldWords(
        Sentence("Days in which views count", "计次天数"),
        Sentence("Only views of the last {value} days count.", "只计最近 {value} 天内的查阅次数。"),
        Sentence("Views count for ever.", "查阅次数永久累计。"),
        hint=Sentence("Empty: for ever. A day is 24 hours here.", "留空则永久累计。此处一天指 24 小时。"),
        one=Sentence("Only views of the last 24 hours count.", "只计最近 24 小时内的查阅次数。"),
    ),
    "views_a_day": FieldWords(
        Sentence("Views a day, all documents together", "每日查阅次数（所有文档合计）"),
        Sentence(
            "A person may open at most {value} views a day, all documents together.",
            "每人每日查阅所有文档合计最多 {value} 次。",
        ),
        Sentence(
            "A person may open any number of documents a day.",
            "每人每日可打开的文档数不限。",
        ),
        hint=Sentence("Empty: any number.", "留空则不限。"),
        one=Sentence("A person may open one view a day.", "每人每日最多查阅 1 次。"),
    ),
    "pages_per_view": FieldWords(
        Sentence("Different pages in one view", "单次查阅的不同页数"),
        Sentence("One view shows at most {value} different pages.", "单次查阅最多显示 {value} 个不同页面。"),
        Sentence("One view may show every page.", "单次查阅可显示全部页面。"),
        hint=Sentence("Empty: all pages.", "留空则可显示全部页面。"),
        one=Sentence("One view shows one page.", "单次查阅只显示 1 页。"),
    ),
    "timezone": FieldWords(
        Sentence("Time zone", "时区"),
        Sentence("Days and hours go by the clock of {value}.", "日期与时间以 {value} 为准。"),
        hint=Sentence("Such as Asia/Shanghai.", "例如 Asia/Shanghai。"),
    ),
    "hours.spans": FieldWords(
        Sentence("Hours", "时段"),
        Sentence("Working hours are {value}.", "工作时间为 {value}。"),
        Sentence("Any time is working time.", "任何时间均为工作时间。"),
        hint=Sentence(
            "One span a line, such as mon-fri 08:00-18:00. A night is two of them.",
            "每行一个时段，例如 mon-fri 08:00-18:00。夜班请分为两段。",
        ),
    ),
    "hours.holidays": FieldWords(
        Sentence("Holidays", "节假日"),
        Sentence("Nobody works on {value}.", "以下日期不工作：{value}。"),
        Sentence("There are no holidays.", "未设节假日。"),
        hint=Sentence("One day a line, year-month-day.", "每行一天，格式为“年-月-日”。"),
    ),
    "outside_hours": FieldWords(
        Sentence("When documents open", "可打开的时间"),
        Sentence("Documents open {value}.", "文档{value}可以打开。"),
        values=_YES_NO,
    ),
    "zones": FieldWords(
        Sentence("Zones of the network", "网络区域"),
        Sentence("Documents open in these zones: {value}.", "文档可在以下网络区域打开：{value}。"),
        Sentence("No zones are listed.", "未列出网络区域。"),
        hint=Sentence(
            "One name a line, as in the configuration. With neither zones nor countries: everywhere.",
            "每行一个名称，与配置中的名称一致。区域和国家均未列出时，任何地点都可打开。",
        ),
    ),
    "countries": FieldWords(
        Sentence("Countries", "国家或地区"),
        Sentence("Documents open in these countries: {value}.", "文档可在以下国家或地区打开：{value}。"),
        Sentence("No countries are listed.", "未列出国家或地区。"),
        hint=Sentence(
            "Two letters a line, such as CN, as the location database knows the network.",
            "每行两个字母，例如 CN，以位置数据库对网络的识别为准。",
        ),
    ),
    "position": FieldWords(
        Sentence("Position of the device", "设备位置"),
        Sentence("The browser's position is {value}.", "浏览器位置：{value}。"),
        values=_POSITION,
    ),
    "classes.*.window_days": FieldWords(
        Sentence("Days in which views count", "计次天数"),
        Sentence("Only views of the last {value} days count.", "只计最近 {value} 天内的查阅次数。"),
        Sentence("Views count for as long as for all classes.", "计次天数同一般规定。"),
        hint=_AS_FOR_ALL,
        one=Sentence("Only views of the last 24 hours count.", "只计最近 24 小时内的查阅次数。"),
    ),
    "classes.*.views_a_day": FieldWords(
        Sentence("Views a day", "每日查阅次数"),
        Sentence("A person may open at most {value} views of this class a day.", "每人每日查阅此密级最多 {value} 次。"),
        Sentence("No limit a day of its own.", "此密级不另设每日上限。"),
        hint=Sentence("Empty: only what holds for all classes together.", "留空则只受所有密级合计上限的限制。"),
        one=Sentence("A person may open one view of this class a day.", "每人每日查阅此密级最多 1 次。"),
    ),
    "classes.*.pages_per_view": FieldWords(
        Sentence("Different pages in one view", "单次查阅的不同页数"),
        Sentence("One view shows at most {value} different pages.", "单次查阅最多显示 {value} 个不同页面。"),
        Sentence("As many pages in one view as for all classes.", "单次查阅的页数同一般规定。"),
        hint=_AS_FOR_ALL,
        one=Sentence("One view shows one page.", "单次查阅只显示 1 页。"),
    ),
    "classes.*.outside_hours": FieldWords(
        Sentence("When documents open", "可打开的时间"),
        Sentence("Documents of this class open {value}.", "此密级的文档{value}可以打开。"),
        Sentence("They open when those of all classes do.", "可打开的时间同一般规定。"),
        values=_YES_NO,
        hint=_AS_FOR_ALL,
    ),
    "classes.*.zones": FieldWords(
        Sentence("Zones of the network", "网络区域"),
        Sentence(
            "Documents of this class open in these zones: {value}.", "此密级的文档可在以下网络区域打开：{value}。"
        ),
        Sentence("No zones of its own.", "未单独列出网络区域。"),
        hint=Sentence(
            "Zones or countries of a class replace those of all classes. Both empty: as for all.",
            "密级一旦列出区域或国家，即取代一般规定。两者均留空则按一般规定。",
        ),
    ),
    "classes.*.countries": FieldWords(
        Sentence("Countries", "国家或地区"),
        Sentence(
            "Documents of this class open in these countries: {value}.", "此密级的文档可在以下国家或地区打开：{value}。"
        ),
        Sentence("No countries of its own.", "未单独列出国家或地区。"),
        hint=Sentence("Two letters a line, such as CN.", "每行两个字母，例如 CN。"),
    ),
    "classes.*.position": FieldWords(
        Sentence("Position of the device", "设备位置"),
        Sentence("The browser's position is {value}.", "浏览器位置：{value}。"),
        Sentence("Asked for as for all classes.", "是否请求位置同一般规定。"),
        values=_POSITION,
        hint=_AS_FOR_ALL,
    ),
}

SECTIONS: dict[str, Sentence] = {"hours": Sentence("Working hours", "工作时间")}
