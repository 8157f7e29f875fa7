"""How the year book counts, as it says itself; docs/filings.md says the same."""

RULES = (
    (
        "备案计入编号所载年度，即县（区）作出决定的年度；跨县（区）的备案单列。",
        "A filing is of the year in its number, that of the decision; what touches several counties has a line of its own.",
    ),
    (
        "合计＝已备案＋退回＋办理中＋撤回，均为统计时的状态。",
        "All are recorded, returned, open and withdrawn together, in their states at the time of making.",
    ),
    (
        "逾期：报送期限已过而从未报送。迟报：报送晚于期限。",
        "Overdue: never handed in, though due. Late: handed in after its due date.",
    ),
    (
        "变动按个次计：一个网格在两件备案中各计一次，既移界又更名的在两栏各计一次；仅增加界址点的不计，已撤回的备案不计。",
        "Changes count once a filing and once a column; units that only got nodes and filings that were withdrawn do not count.",
    ),
    (
        "归属变更：由一个网格划归另一个网格的土地及其户数，户数未知的不计。",
        "Moved: land that went from one grid to another, with its households where they are known.",
    ),
    (
        "网格总数：年初第一刻和年末最后一刻（未满一年的为统计时）有效的网格。变动计入决定年度，故两者之差不必等于新设减撤销。",
        "Grids: in force at the first and last instant of the year, or now. Changes are of the year of their decision, so that "
        "the difference need not be what was created less what was retired.",
    ),
    (
        "单元数：该备案调整前后变动的网格个数；没有网格变动的，为微网格个数。",
        "Units: grids that changed, before and after; micro-grids where no grid did.",
    ),
)
