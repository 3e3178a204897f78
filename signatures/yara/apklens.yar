/*
  The rules that come with apklens. Each is written from facts that stalkerware-indicators published (state of
  2026-06-21, CC BY 4.0, https://github.com/AssoEchap/stalkerware-indicators), never from a guess, and recognises what
  a list of values cannot: a way of naming that goes on with every new server or package.

  family and class make a match name its family; evidence says what kind of fact it is, so that it is not counted
  beside an indicator that finds the same thing (docs/yara.md).
*/

rule TheTruthSpy_numbered_servers
{
  meta:
    family = "TheTruthSpy"
    class = "stalkerware"
    evidence = "c2-domain"
    description = "Servers named protocol-a, sync-a, media-sync-a or setupmail-a and a number, under the names of the family's brands."
    date = "2026-06-21"
  strings:
    // 179 such hosts were published, under these nine names.
    $host = /(protocol|sync|media-sync|setupmail)-a[0-9x]{0,4}\.(thetruthspy|copy9|fonetracker|guestspy|mxspy|ispyoo|exactspy|phoneparental|icloudappe)\.com/ ascii wide nocase
  condition:
    $host
}

rule HelloSpy_flush_servers
{
  meta:
    family = "HelloSpy"
    class = "stalkerware"
    evidence = "c2-domain"
    description = "Servers named flushdata and a number, or flushdbd, under the names of the family's brands."
    date = "2026-06-21"
  strings:
    // Eight such hosts were published, under these four names.
    $host = /flush(data[0-9]{0,2}|dbd)\.(1topspy|copy9db|hellospy|maxxspy)\.com/ ascii wide nocase
  condition:
    $host
}

rule MobileTrackerFree_dated_package
{
  meta:
    family = "MobileTrackerFree"
    class = "stalkerware"
    evidence = "package-pattern"
    description = "A package named after monitoring, with a year at its end."
    date = "2026-06-21"
  strings:
    // m.mob.service2020, mobile.monitor.child2021 to 2023 and 2034, mobile.protect.children2020 and others.
    $package = /package="(m|mob|mobile)\.((mob|phone|monitor|protect|service)\.)?(control|service|parental|controlparental|child|children)20[0-9]{2}"/
  condition:
    $package
}
