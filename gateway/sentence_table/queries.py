"""Sentences about queries of the trail that cannot be read: where, and what was expected there."""

from __future__ import annotations

from gateway.sentence_table.sentence import Sentence

SENTENCES: dict[str, Sentence] = {
    "trail.query_field": Sentence(
        "Column {column}: a search word was expected here: actor, subject, person, dossier, document, view, session, "
        "event, outcome, reason, case, place, declared, address, source, time, hours, day, is, zone, index or policy.",
        "第 {column} 列：此处应为查询词，即 actor、subject、person、dossier、document、view、session、event、outcome、"
        "reason、case、place、declared、address、source、time、hours、day、is、zone、index 或 policy。",
    ),
    "trail.query_colon": Sentence(
        "Column {column}: a colon was expected after the search word.", "第 {column} 列：查询词之后应为冒号。"
    ),
    "trail.query_value": Sentence(
        "Column {column}: a value was expected here; words with spaces stand in quotation marks.",
        "第 {column} 列：此处应有值；含空格的词语须加引号。",
    ),
    "trail.query_quote": Sentence(
        "Column {column}: the quotation mark that opens here is never closed.", "第 {column} 列：此处的引号没有结束。"
    ),
    "trail.query_space": Sentence(
        "Column {column}: a space or a comma was expected after the quotation mark.",
        "第 {column} 列：引号之后应为空格或逗号。",
    ),
    "trail.query_one": Sentence(
        "Column {column}: this search word takes one value, and a second begins here. "
        "Use the word twice to ask for both.",
        "第 {column} 列：该查询词只接受一个值，此处为第二个值。需要两个条件时请将查询词写两次。",
    ),
    "trail.query_long": Sentence(
        "The query is longer than {column} characters. Ask in several queries.",
        "查询超过 {column} 个字符。请分几次查询。",
    ),
    "trail.query_many": Sentence(
        "Column {column}: a query has at most 30 conditions with 30 values each.",
        "第 {column} 列：一次查询最多 30 个条件，每个条件最多 30 个值。",
    ),
    "trail.query_time": Sentence(
        "Column {column}: a time was expected, such as 2026-11-24, 2026-11, 2026-11-01..2026-11-07, "
        "2026-11-24T17:00.., today or 7d.",
        "第 {column} 列：此处应为时间，例如 2026-11-24、2026-11、2026-11-01..2026-11-07、"
        "2026-11-24T17:00..、今天 或 7d。",
    ),
    "trail.query_hours": Sentence(
        "Column {column}: hours were expected, such as 22..06 or 8:30..17.",
        "第 {column} 列：此处应为时段，例如 22..06 或 8:30..17。",
    ),
    "trail.query_day": Sentence(
        "Column {column}: a day of the week was expected: mon, tue, wed, thu, fri, sat, sun, or a range such as "
        "mon..fri.",
        "第 {column} 列：此处应为星期：mon、tue、wed、thu、fri、sat、sun（或周一至周日），或区间如 mon..fri。",
    ),
    "trail.query_index": Sentence(
        "Column {column}: numbers of entries were expected, such as 120, 100..200 or 500.. .",
        "第 {column} 列：此处应为条目序号，例如 120、100..200 或 500..。",
    ),
    "trail.query_policy": Sentence(
        "Column {column}: versions of the policy were expected, such as 3, 2..4 or 5.. .",
        "第 {column} 列：此处应为政策版本号，例如 3、2..4 或 5..。",
    ),
    "trail.query_is": Sentence(
        "Column {column}: out_of_hours or unanswered was expected.",
        "第 {column} 列：此处应为 out_of_hours 或 unanswered。",
    ),
    "trail.query_source": Sentence(
        "Column {column}: zone, declared or unknown was expected.",
        "第 {column} 列：此处应为 zone、declared 或 unknown。",
    ),
    "trail.query_zone": Sentence(
        "Column {column}: a time zone was expected, such as Asia/Shanghai.",
        "第 {column} 列：此处应为时区，例如 Asia/Shanghai。",
    ),
    "trail.event": Sentence(
        "There is no event of that name. An event or a family of events was expected, such as {expected}.",
        "没有该名称的事件。此处应为事件名或一类事件，例如 {expected}。",
    ),
    "trail.outcome": Sentence(
        "There is no such outcome. One of these was expected: {expected}.", "没有该结果。此处应为：{expected}。"
    ),
    "trail.place": Sentence(
        "No known network has this name. For places that people declared write declared: and words.",
        "没有此名称的已知网络。查询人员自行申报的地点请用 declared:。",
    ),
    "trail.session": Sentence(
        "A session's id is the letter s and 26 letters and digits, as in an entry of the trail.",
        "会话编号由字母 s 加 26 个字母或数字组成，可从轨迹条目中复制。",
    ),
    "trail.words": Sentence(
        "The words in this address were typed in another session and are readable there only. Type them again.",
        "此地址中的词语来自另一会话，仅在该会话中可读。请重新输入。",
    ),
    "trail.sealed_words": Sentence(
        "Words of reasons, case numbers, declared places and addresses cannot be searched while the vault is sealed. "
        "Take these conditions out, or ask the operator to unseal it.",
        "档案库封存期间无法查询理由文字、案件编号、申报地点和网络地址。请去掉这些条件，或请运维人员解封。",
    ),
}
