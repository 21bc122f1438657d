// Sections that stand in one row on a phone: the one that is looked at is brought into sight.

document.querySelector(".settings-nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
