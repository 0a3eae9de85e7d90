//! The words that the classes know, in the languages of the people who write in incidents: English
//! first, what else is common beside. Each list is words between blanks.

/// Courtesies at the beginning or the end of a text.
pub(super) const COURTESIES: &str = "\
    all allemaal beste best bonjour bonsoir br channel cheers ciao colleagues cordialement dear \
    everybody everyone folks freundliche fyi gruss grüsse grüße gruß guys hallo hello here hey \
    hi hola kind kollegen liebe mit moin regards saludos sincerely team thank thanks there thx \
    to viele vg you yours ";

/// Words that join others.
pub(super) const SMALL: &str = "\
    a am an and are as be been das der die el es has have i ich is ist it its la le please so \
    that the then this und was we were which wir ";

/// Words that turn a sentence round: negations, hedges, states.
pub(super) const TURNS: &str = "\
    no not none never nothing nobody neither nor cannot without cant dont wont didnt doesnt isnt \
    arent wasnt werent hasnt havent couldnt shouldnt wouldnt nicht kein keine keinen keiner nie \
    ohne pas jamais sans aucun ningún nunca sin non mai senza niet geen nooit zonder não sem \
    ikke inte ingen ei не нет без никогда 不 没 沒 未 非 無 again almost also another barely but can \
    could except failed if incorrect maybe might mostly nearly only part partial partially \
    partly possibly probably second should some still test third unless until will would yet nur \
    noch wieder teilweise encore partiellement false true correction update cancelled canceled \
    postponed up down ok critical warning warn unknown problem recovery recovered recovering \
    resolved unresolved firing open opened reopened closed close started start starting starts \
    stopped stop stopping begin begins began end ends ended investigating identified monitoring \
    degraded disrupted fail failing failure succeeded successful success passed passing broken \
    fixed enabled disabled enable disable healthy unhealthy reachable unreachable online offline \
    acknowledged restored available unavailable active inactive completed complete done pending \
    approved rejected rolled back reverted deployed restarted running high low primary secondary \
    master replica slave standby production staging prod stage dev increased decreased added \
    removed before after north south east west left right info error minor major scheduled \
    progress behoben gelöst gestört ausgefallen ";

/// Months, by which a number beside them is a day or a year.
pub(super) const MONTHS: &str = "\
    jan january januar feb february februar mar march märz apr april may mai jun june juni jul \
    july juli aug august sep sept september oct october oktober okt nov november dec december \
    dezember dez ";

/// Weekdays and marks of a clock.
pub(super) const TIMES: &str = "\
    mon monday tue tuesday wed wednesday thu thursday fri friday sat saturday sun sunday montag \
    dienstag mittwoch donnerstag freitag samstag sonntag pm utc gmt cet cest est edt cst cdt mst \
    mdt pst pdt bst ist jst uhr today tomorrow yesterday heute gestern ";
