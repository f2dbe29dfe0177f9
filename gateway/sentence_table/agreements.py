"""Sentences about confidentiality agreements and evidence packs."""

from __future__ import annotations

from gateway.sentence_table.sentence import Sentence

SENTENCES: dict[str, Sentence] = {
    "denied.agreement": Sentence(
        "A confidentiality agreement covers this dossier's class and waits for your acceptance. Accept it first.",
        "此档案的密级适用保密协议，需由您接受。请先阅读并接受。",
    ),
    "denied.not_asked": Sentence(
        "This agreement does not ask you, so there is nothing to answer.", "此协议不要求您答复，无需办理。"
    ),
    "agreement.changed": Sentence(
        "Another version is in force meanwhile, so nothing was recorded. Read it and answer again.",
        "在此期间已有新版本生效，您的答复未被记录。请阅读新版本后重新答复。",
    ),
    "agreement.withdrawn": Sentence(
        "This agreement was withdrawn. Nothing was changed.", "此协议已撤回，未作任何更改。"
    ),
    "agreement.no_draft": Sentence(
        "There is no draft to publish. Write the next version first.", "没有可发布的草稿。请先起草下一版本。"
    ),
    "agreement.untitled": Sentence(
        "Give it a title in at least one language, so that it can be found again.",
        "请至少以一种语言填写标题，以便日后查找。",
    ),
    "agreement.incomplete": Sentence(
        "Title and text are needed in both languages, and at least one class that the agreement covers.",
        "两种语言的标题与正文均须填写，并至少选择一个适用的密级。",
    ),
    "agreement.characters": Sentence(
        "The text holds a character that nobody sees or that turns others around ({code_point}). Remove it.",
        "文本中含有不可见或会改变文字方向的字符（{code_point}）。请删除。",
    ),
    "agreement.too_long": Sentence(
        "The text is too long: {limit} bytes in each language, which is about 8 pages.",
        "文本过长：每种语言不超过 {limit} 字节，约 8000 字。",
    ),
    "agreement.title_too_long": Sentence("A title has at most {limit} characters.", "标题不超过 {limit} 字。"),
    "agreement.no_glyph": Sentence(
        "The vault has no font for these characters of the text, so no certificate could show them: {characters}. "
        "Remove them, or ask the operator to add a font.",
        "档案库缺少文本中以下字符的字体，证明中无法显示：{characters}。请删除，或联系运维人员添加字体。",
    ),
    "agreement.not_signed": Sentence(
        "The answer is recorded, and waits to be signed with the trail. Try again in a minute.",
        "答复已记录，正等待审计轨迹签名。请一分钟后再试。",
    ),
    "evidence.subject": Sentence(
        "Say whom or which document it is about: one person or one document.",
        "请指明对象：一名人员或一份文档。",
    ),
    "evidence.too_much": Sentence(
        "The trail says more about this than the {limit} entries that a pack can hold. Order that about one document.",
        "审计轨迹中的相关条目超过证据卷的上限 {limit} 条。请改为汇编其中一份文档的证据。",
    ),
    "agreement.answer": Sentence("Choose whether you accept or decline.", "请选择接受或拒绝。"),
    "agreement.scope": Sentence(
        "Choose whom the agreement asks and which classes it covers.", "请选择协议的适用人员和密级。"
    ),
}
