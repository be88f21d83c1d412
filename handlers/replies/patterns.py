"""The shapes of the words of the grammar, to be matched in full against a plain, undecorated line.

``rest`` is free text after a mark (": - ,"), ``bare`` is free text that needs its own little word first ("because").
"""

from __future__ import annotations

import re

I_WE = r"(?:(?:i|we)(?:'m| am|'re| are)? )?"
MARK = r"\s*(?::|--?|\.\.\.|,|;|\.|!|\n|=>|->)\s*"
POLITE = re.compile(
    r"(?:ok(?:ay)?|sure|yes|yep|hi|hello|hey|thanks|thank you|thx|please|pls|team|all|right|great|perfect"
    r"|cool|got it|sorry"
    r"|good (?:morning|afternoon|evening))(?:\s*[,.!:;-]\s*|\s+)",
    re.I,
)
POLITE_END = re.compile(r"[\s,.!-]+(?:thanks|thank you|thx|please|pls|ty|cheers|team|all|everyone)$", re.I)
THUMBS = re.compile(r"(?:[\s!.]|:(?:\+1|thumbsup|ok_hand):(?::skin-tone-\d:)?|[👍👌][\U0001F3FB-\U0001F3FF]?)+")
CHECKS = re.compile(r"(?:[\s!.]|:(?:white_check_mark|heavy_check_mark|ballot_box_with_check):|[✅✔☑])+")
ACCEPT = re.compile(
    r"(?:ok(?:ay)?|(?:(?:i|we) )?(?:accept(?:ed)?|approve[d]?|confirm(?:ed)?)|agreed|lgtm|looks (?:good"
    r"|fine|great)(?: to (?:me|us))?"
    r"|all good|works(?: (?:now|fine|well|for (?:me|us)))?|fine (?:by|with|for) (?:me|us)|ok (?:by|with|for"
    r"|from) (?:me|us)|good to go"
    r"|(?:it|that|this) works(?: now)?)",
    re.I,
)
ACKNOWLEDGE = re.compile(
    rf"(?:(?:{I_WE})?(?:ack|acked|ack'd|acknowledged?|on it|looking into (?:it|this))|roger)(?: (?:that"
    rf"|this|it))?(?:{MARK}(?P<rest>.*))?",
    re.I | re.S,
)
ACK_BARE = re.compile(r"ack (?!#?\d|(?:issue|action|item|plan)\b)(?P<rest>.+)", re.I | re.S)
"""A word on what is being done, behind a bare "ack"; what names a record is read where records are named."""
UNDO = re.compile(r"undo(?: (?:that|this|it|last|the last one))?", re.I)
DONE = re.compile(
    rf"(?:(?:all|now|it's|it is|that's|that is|this is|this one is|(?:it|this) has been|have|we're|we are) )*"
    rf"(?P<word>done|completed?|finished|fixed|resolved)(?: (?:now|today|already))?(?:{MARK}(?P<rest>.*))?",
    re.I | re.S,
)
DONE_BARE = re.compile(r"done (?P<rest>.*)", re.I | re.S)
NOT_A_NOTE = re.compile(
    r"(?:with|for|by|deal|yet|soon|when|if|until|unless|is|was|tomorrow|next|in|at|before|after|only|partly"
    r"|almost|or|than|that"
    r"|to|of|nothing|something|anything|\d+ ?%|\d+ ?(?:/|of|out of) ?\d+)(?!\w)",
    re.I,
)
DONE_BY = re.compile(r"done (?:by|on|before|for)? ?(?P<day>.+)", re.I)
DONE_BUT = re.compile(r"done,? (?:but|except|apart from)\b", re.I)
BLOCKED = re.compile(
    rf"(?:(?:still |i'm |we're |we are |i am )*)blocked(?:{MARK}(?P<rest>.+)|,? (?P<bare>(?:by|on|waiting"
    rf"|because|until|as we) .+))?",
    re.I | re.S,
)
WAITING = re.compile(r"waiting (?:on|for) (?:you|client|the client|your side)\s*[:-]\s*(?P<rest>.+)", re.I | re.S)
NOT_BLOCKED = re.compile(r"on (?:my|the|your) calendar\b", re.I)
SNOOZE = re.compile(r"(?:snooze|remind me(?: again)?)(?: (?:until|till|to|on|for)\b)? *:? *(?P<day>.+)", re.I)
BARE_DAY = re.compile(
    r"tomorrow|next week|\+ ?\d{1,3} ?[dw]|in \d{1,2} (?:days?|weeks?)|(?:(?:on|next|this) )?(?:mon|tues"
    r"|wednes|thurs|fri|satur|sun)day"
    r"|\d{4}-\d\d-\d\d|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}"
    r"|(?:[a-z]+,? )?(?:\d{1,2}(?:st|nd|rd|th)? (?:of )?[a-z]{3,9}|[a-z]{3,9} \d{1,2}(?:st|nd|rd"
    r"|th)?)(?:,? \d{4})?",
    re.I,
)
DUE = re.compile(
    r"(?:(?:new )?due(?: date)?(?: (?:is|to|by|on|now))?|(?:move|moved|postpone|reschedule)(?: (?:it|this"
    r"|due|the due date))?(?: due)? to)"
    r"\s*[:=]?\s*(?P<day>.+)",
    re.I | re.S,
)
REASON = re.compile(r"\s*(?:,| - |;|\(|\bbecause\b|\bas\b|:|\n)\s*", re.I)
OWNER = re.compile(
    r"(?:(?:new |change )?owner|assign(?: (?:it|this))?)(?: (?:is|to|now))*\s*(?P<mark>[:=])?\s*"
    r"(?P<who><@[^>\s]+>|<at>[^<]+</at>|@[\w.'-]+(?: [A-Z][\w.'-]+){0,2}|me)",
    re.I,
)
OWNER_NAME = re.compile(r"(?:new )?owner\s*[:=]\s*(?P<who>[^\W\d_][\w.'-]*(?: [^\W\d_][\w.'-]*){0,3})", re.I)
CHALLENGE = re.compile(rf"{I_WE}(?:challenge|dispute)\b\s*(?P<rest>.*)", re.I | re.S)
CHALLENGED = re.compile(r"(?P<name>[^:\n]{1,30}?)\s*(?::| - )\s*(?P<rest>.*)", re.S)
KUDOS = re.compile(r"kudos\b\s*[:,-]?\s*(?P<rest>.*)", re.I | re.S)
REOPEN = re.compile(
    rf"(?:please )?(?:re-?open(?:ed|ing)?(?: (?:it|this|that|please))?|(?:still )?not (?:fixed|resolved"
    rf"|accepted)(?: yet)?)"
    rf"(?:{MARK}(?P<rest>.*)|,? (?P<bare>(?:because|as|since) .+))?",
    re.I | re.S,
)
NOT_DOING = re.compile(
    rf"{I_WE}(?:not (?:doing|going to do)|won't (?:do|fix)|wont ?(?:do|fix)|will not do)(?: (?:it|this|that"
    rf"|this one))?"
    r"(?:\s*(?::| - |,|\n)\s*(?:because )?(?P<rest>.+)|,? (?:because|since|due to) (?P<bare>.+))?",
    re.I | re.S,
)
NEED_HELP = re.compile(
    rf"(?:{I_WE}(?:need|could use) (?:some |your )?help|help needed|{I_WE}stuck)(?: (?:here|please|pls))?"
    rf"(?:{MARK}(?P<rest>.*)| (?P<bare>(?:with|on|from|to|because|finding|getting) .+))?",
    re.I | re.S,
)
CLOSED_QUESTION = re.compile(r"(?P<word>done|completed|finished|fixed|resolved)\s*\?+", re.I)
